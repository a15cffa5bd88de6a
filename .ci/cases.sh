# What the scripts of cases share. Sourced; `folder` is a temporary folder, and main() ends with the counts.

readonly output=$folder/output
passed=0 failed=0

# run_case NAME COMMAND...: counts it, and shows the end of what it printed where it fails.
run_case() {
  local name=$1 started=$SECONDS
  shift
  # `says` of a case may not find what another one wrote.
  : >"$output"
  if "$@" >"$folder/log" 2>&1; then
    passed=$((passed + 1))
    printf 'ok      %s (%d s)\n' "$name" $((SECONDS - started))
  else
    failed=$((failed + 1))
    printf 'not ok  %s (%d s)\n' "$name" $((SECONDS - started))
    tail -n 60 "$folder/log"
  fi
}

# ends EXIT_CODE COMMAND...: what it prints is for `says` and `matches`.
ends() {
  local expected=$1 status=0
  shift
  "$@" >"$output" 2>&1 || status=$?
  [[ $status == "$expected" ]] || { cat "$output" && printf '\n%s ended with %d, expected %d\n' "$*" "$status" "$expected" && false; }
}

says() {
  grep -qF -- "$1" "$output" || { cat "$output" && printf '\nit does not say: %s\n' "$1" && false; }
}

says_not() {
  ! grep -qF -- "$1" "$output" || { cat "$output" && printf '\nit says: %s\n' "$1" && false; }
}

matches() {
  grep -qE -- "$1" "${2:-$output}" || { cat "${2:-$output}" && printf '\nno line is like: %s\n' "$1" && false; }
}

same() {
  [[ $1 == "$2" ]] || { printf 'not the same:\n%s\n%s\n' "$1" "$2" && false; }
}
