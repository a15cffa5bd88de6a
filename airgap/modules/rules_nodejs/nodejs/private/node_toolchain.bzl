"""The rule that makes a Node.js program a toolchain."""

def _node_toolchain_impl(ctx):
    return [platform_common.ToolchainInfo(nodeinfo = struct(node = ctx.file.node))]

node_toolchain = rule(
    doc = "Offers `nodeinfo.node` (File), as rules_nodejs's toolchains do.",
    implementation = _node_toolchain_impl,
    attrs = {
        "node": attr.label(doc = "The program.", allow_single_file = True, mandatory = True),
    },
)
