"""An action that only says why it cannot work: what is wrong with one image stays with that image."""

def refuse(ctx, outputs, message):
    """Declares an action that fails with a message when one of its outputs is wanted.

    Args:
        ctx: Of the rule.
        outputs: Files that will not be made.
        message: What is wrong, and the command that mends it.
    """

    # A shell, and none of our programs: nothing has to be built to say this.
    ctx.actions.run_shell(
        outputs = outputs,
        command = "printf '%s\\n' \"$1\" >&2; exit 1",
        arguments = [message],
        mnemonic = "WolfiRefuse",
        progress_message = "Refusing %{label}",
        toolchain = None,
    )
