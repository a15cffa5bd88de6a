"""The message for what a stand-in does not have."""

# Attributes of every rule, of every executable, and of every test.
COMMON = ["compatible_with", "deprecation", "exec_compatible_with", "exec_properties", "features", "name", "restricted_to", "tags", "target_compatible_with", "testonly", "toolchains", "visibility"]
BINARY = COMMON + ["args", "output_licenses"]
TEST = COMMON + ["args", "env_inherit", "flaky", "local", "shard_count", "size", "timeout"]

def check_covered(ruleset, rule, attributes, covered):
    """Fails when an attribute is not among the covered ones.

    Args:
        ruleset: Name of the real ruleset and of the folder in airgap/modules.
        rule: Name of the rule.
        attributes: The caller's keyword arguments.
        covered: Names of the attributes that the stand-in has.
    """
    for attribute in attributes:
        if attribute not in covered:
            fail("{rule} \"{name}\": the attribute \"{attribute}\" is not covered by the stand-in for {ruleset} (airgap profile). airgap/modules/{ruleset}/README.md lists what is; run with the registry profile for the rest".format(
                attribute = attribute,
                name = attributes.get("name"),
                rule = rule,
                ruleset = ruleset,
            ))
