import type { CommandEntry } from "./command-table.ts";
import { sharedFunctions } from "./shared-functions.ts";

/** A completion of bash 4 or newer, to be sourced. */
export function bashCompletion(table: readonly CommandEntry[]): string {
  return `# Completion of wolfi for bash. Written by: wolfi completion bash

${sharedFunctions(table)}
_wolfi() {
  local IFS=$'\\n' typed=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  local command=wolfi option= kind= at word given=()
  # bash takes --config=FILE for three words.
  [[ $typed != = ]] || typed=
  [[ $before != = ]] || before=\${COMP_WORDS[COMP_CWORD - 2]}
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    case $word in
      --) return ;;
      =) option=\${COMP_WORDS[at - 1]} ;;
      -*) [[ -z $(_wolfi_value "$command" "$word") ]] || option=$word ;;
      *)
        if [[ -n $option ]]; then
          option=
        elif [[ $'\\n'$(_wolfi_commands "$command") == *$'\\n'"$word:"* ]]; then
          command="$command $word"
        else
          given+=("$word")
        fi
        ;;
    esac
  done
  [[ $before != -* ]] || kind=$(_wolfi_value "$command" "$before")
  if [[ -z $kind && $typed == -* ]]; then
    COMPREPLY=($(compgen -W "$(_wolfi_options "$command" | sed 's/:.*//')" -- "$typed"))
    return
  fi
  [[ -n $kind ]] || kind=$(_wolfi_argument "$command" "\${#given[@]}")
  case $kind in
    '') [[ \${#given[@]} -gt 0 ]] || COMPREPLY=($(compgen -W "$(_wolfi_commands "$command" | sed 's/:.*//')" -- "$typed")) ;;
    file) compopt -o filenames && COMPREPLY=($(compgen -f -- "$typed")) ;;
    folder) compopt -o filenames && COMPREPLY=($(compgen -d -- "$typed")) ;;
    *) COMPREPLY=($(compgen -W "$(_wolfi_words "$kind" "\${given[@]}")" -- "$typed")) ;;
  esac
}

complete -F _wolfi wolfi
`;
}
