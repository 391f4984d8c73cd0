# Sourced first by the demos: starts them again with the variables that they need, and no others. Whatever a pipeline,
# a hook or somebody's profile has set, for git, Python or csp-config, is not about the sample.
if [ -z "${DEMO_IS_ALONE-}" ]; then
    set -- sh "$0" "$@"
    for name in PATH TMPDIR TERM NO_COLOR LD_PRELOAD CLOCK_SHIFT SYSTEMROOT COMSPEC PATHEXT TEMP TMP; do
        eval "[ -z \"\${$name+set}\" ] || set -- \"$name=\${$name-}\" \"\$@\""
    done
    exec env -i DEMO_IS_ALONE=yes "$@"
fi
