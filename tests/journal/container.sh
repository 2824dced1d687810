#!/bin/bash
# container.sh: a throw-away Debian with systemd as PID 1. Needs root, systemd-nspawn and, for mkroot, mmdebstrap and apt's network.
#   mkroot OUT.tar.zst      about 20 s
#   unpack ROOT_TAR WORK    into WORK/root
#   start WORK              boots it and waits until systemd is up; NSPAWN_EXTRA="--bind=…" adds options
#   raw WORK CMD…           in its namespaces, beside its service manager
#   reboot WORK             `systemctl reboot`, until it is down: nspawn ends there because of --keep-unit; then start it again
#   kill WORK               SIGKILL of its PID 1: a crash, the page cache kept
# No machined and no bus is asked for (--register=no --keep-unit); a private cgroup2 tree hides the host's.
set -euo pipefail
within() { nsenter -t "$(cat "$1/leader")" -m -u -i -n -p -C -r -w -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/root "${@:2}"; }
down() { # until nspawn is gone; its group with it
    local p c n; p=$(cat "$1/pid"); n=$(cat "$1/name")
    for _ in $(seq 600); do kill -0 "$p" 2>/dev/null || break; sleep 0.05; done
    kill -0 "$p" 2>/dev/null && kill -9 "$(cat "$1/leader")"
    c=/sys/fs/cgroup; [ -d $c/unified ] && c=$c/unified
    for _ in $(seq 100); do find "$c/$n" -depth -type d -exec rmdir {} \; 2>/dev/null || true; [ -d "$c/$n" ] || break; sleep 0.05; done
}
case $1 in
mkroot)
    mmdebstrap --quiet --variant=minbase --include=systemd,systemd-sysv,dbus,python3 bookworm "$2.tmp.tar.zst" - \
        < <(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources 2>/dev/null)
    mv "$2.tmp.tar.zst" "$2" ;;
unpack) mkdir -p "$3/root"; tar -C "$3/root" --zstd -xpf "$2" ;;
start)
    export w=$2 N=stacktail-test-$$ NSPAWN_EXTRA="${NSPAWN_EXTRA:-}"
    setsid unshare --mount --propagation private bash -c '
        mount -t tmpfs -o mode=755 tmpfs /run
        umount -R /sys/fs/cgroup 2>/dev/null || true; mount -t cgroup2 cgroup2 /sys/fs/cgroup
        mkdir -p "/sys/fs/cgroup/$N"; echo $$ > "/sys/fs/cgroup/$N/cgroup.procs"
        exec systemd-nspawn --quiet --register=no --keep-unit --private-network --resolv-conf=off --timezone=off --link-journal=no \
            -D "$w/root" -M "$N" $NSPAWN_EXTRA -b --console=read-only' </dev/null >>"$w/console.log" 2>&1 &
    echo $! > "$w/pid"; echo "$N" > "$w/name"; l=
    for _ in $(seq 400); do l=$(pgrep -P "$(cat "$w/pid")" -x systemd || true); [ -n "$l" ] && break; sleep 0.05; done
    [ -n "$l" ] || { cat "$w/console.log" >&2; exit 1; }
    echo "$l" > "$w/leader"
    for _ in $(seq 400); do within "$w" test -S /run/systemd/private 2>/dev/null && break; sleep 0.05; done
    within "$w" systemctl is-system-running --wait || true ;;
raw) within "$2" "${@:3}" ;;
reboot) within "$2" systemctl reboot --no-block 2>/dev/null || true; down "$2" ;;
kill) kill -9 "$(cat "$2/leader")" 2>/dev/null || true; down "$2" ;;
esac
