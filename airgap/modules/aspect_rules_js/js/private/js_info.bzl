"""What a JavaScript target hands to its dependents."""

JsInfo = provider(
    doc = "Sources, types and npm packages of a target.",
    fields = {
        "npm_package_store_infos": "depset, always empty here: packages of the workspace are not covered.",
        "npm_sources": "depset of File: npm packages that the target and its dependencies need.",
        "sources": "depset of File: JavaScript and data of the target.",
        "target": "Label of the target.",
        "transitive_sources": "depset of File: `sources`, with those of the dependencies.",
        "transitive_types": "depset of File: `types`, with those of the dependencies.",
        "types": "depset of File: declarations (.d.ts) and JSON of the target.",
    },
)

def js_info(
        target,
        sources = depset(),
        types = depset(),
        transitive_sources = depset(),
        transitive_types = depset(),
        npm_sources = depset(),
        npm_package_store_infos = depset()):
    """Makes a JsInfo; a field that is not given is empty.

    Args:
        target: see JsInfo
        sources: see JsInfo
        types: see JsInfo
        transitive_sources: see JsInfo
        transitive_types: see JsInfo
        npm_sources: see JsInfo
        npm_package_store_infos: see JsInfo

    Returns:
        The provider.
    """
    return JsInfo(
        target = target,
        sources = sources,
        types = types,
        transitive_sources = transitive_sources,
        transitive_types = transitive_types,
        npm_sources = npm_sources,
        npm_package_store_infos = npm_package_store_infos,
    )
