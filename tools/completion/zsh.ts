import type { CommandEntry } from "./command-table.ts";
import { sharedFunctions } from "./shared-functions.ts";

/** A completion of zsh: a file _wolfi in a folder of \$fpath, or to be sourced. */
export function zshCompletion(table: readonly CommandEntry[]): string {
  return `#compdef wolfi
# Completion of wolfi for zsh. Written by: wolfi completion zsh

${sharedFunctions(table)}
_wolfi() {
  local typed=$words[CURRENT] before=$words[CURRENT-1] chain=wolfi option= kind= word
  local -a given found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case $word in
      --) _files; return ;;
      -*) [[ -z $(_wolfi_value "$chain" "$word") ]] || option=$word ;;
      *)
        if [[ -n $option ]]; then
          option=
        elif [[ -n \${(M)\${(f)"$(_wolfi_commands "$chain")"}:#$word:*} ]]; then
          chain="$chain $word"
        else
          given+=("$word")
        fi
        ;;
    esac
  done
  if [[ $typed == --*=* ]]; then
    before=\${typed%%=*}
    typed=
    compset -P '*='
  fi
  [[ $before != -* ]] || kind=$(_wolfi_value "$chain" "$before")
  if [[ -z $kind && $typed == -* ]]; then
    found=("\${(f)$(_wolfi_options "$chain")}")
    _describe option found
    return
  fi
  [[ -n $kind ]] || kind=$(_wolfi_argument "$chain" "$#given")
  case $kind in
    '')
      [[ $#given == 0 && -n $(_wolfi_commands "$chain") ]] || return
      found=("\${(f)$(_wolfi_commands "$chain")}")
      _describe command found
      ;;
    file) _files ;;
    folder) _files -/ ;;
    *)
      found=("\${(f)$(_wolfi_words "$kind" "\${given[@]}")}")
      compadd -a found
      ;;
  esac
}

# Sourced, it registers itself; loaded by zsh, it is called.
if [[ \${funcstack[1]:-} == _wolfi ]]; then
  _wolfi "$@"
else
  compdef _wolfi wolfi
fi
`;
}
