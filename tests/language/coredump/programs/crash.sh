#!/bin/bash
# crash.sh UNIT SIGNAL PROGRAM [ARGUMENT]: runs PROGRAM as UNIT, its output in the journal, and hands what a signal leaves of it to
# systemd-coredump as the kernel does (core(5): `|… %P %u %g %s %t %c %h`). The kernel's own way, core_pattern, is the whole
# machine's and is left alone: gdb holds the process where the signal meets it, and writes the dump. Needs a running journald,
# a cgroup2 tree at /sys/fs/cgroup, and a listener at /run/systemd/coredump.
set -euo pipefail
unit=$1 signal=$2; shift 2
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
group=/sys/fs/cgroup/system.slice/$unit; mkdir -p "$group"
env -i PATH="$PATH" LANG=C.UTF-8 bash -c 'echo 0 > "$1/cgroup.procs"; kill -STOP $$; exec systemd-cat -t "$2" "${@:3}"' - "$group" "${unit%.service}" "$@" 2>/dev/null &
pid=$!
until grep -q '^State:.*stopped' "/proc/$pid/status"; do :; done
cat > "$work/hand-over" <<H
/lib/systemd/systemd-coredump $pid 0 0 $signal $(date +%s) 18446744073709551615 $(hostname) < $work/core
H
mkfifo "$work/ready"
gdb -q -p "$pid" -batch -ex 'set pagination off' -ex 'handle SIGCONT SIGSTOP nostop noprint nopass' -ex "shell echo > $work/ready" \
    -ex continue -ex "gcore $work/core" -ex "shell bash $work/hand-over" -ex kill > "$work/gdb" 2>&1 &
gdb=$!
read -r < "$work/ready"
until grep -q '^State:.*stopped\|^State:.*sleeping\|^State:.*running' "/proc/$pid/status"; do kill -CONT "$pid"; done
wait "$gdb" || { cat "$work/gdb" >&2; exit 1; }
