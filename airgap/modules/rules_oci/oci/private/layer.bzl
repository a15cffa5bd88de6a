"""The description of one layer: its digests, size, compression and line of history."""

LAYER_ATTRIBUTE = {
    "_layer": attr.label(default = "layer.sh", allow_single_file = True, cfg = "exec", executable = True),
}

def describe_layer(ctx, position, tar, environment):
    """Declares the action that describes a layer.

    Args:
        ctx: Context of a rule that has LAYER_ATTRIBUTE.
        position: Position among the image's new layers, from 0.
        tar: File: the layer.
        environment: The action's environment.

    Returns:
        The File that describes it.
    """
    description = ctx.actions.declare_file("{}.{}.descriptor.json".format(ctx.label.name, position))
    args = ctx.actions.args()
    args.add(tar)
    args.add(description)
    args.add(tar.owner)
    ctx.actions.run(
        executable = ctx.executable._layer,
        arguments = [args],
        inputs = [tar],
        outputs = [description],
        tools = [ctx.executable._jq],
        env = environment,
        mnemonic = "OCIDescriptor",
        progress_message = "Describing layer %{input}",
        toolchain = None,
    )
    return description
