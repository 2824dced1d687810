"""How Ansible enters a machine of the suite: by the script that boots it, in place of ssh."""
import subprocess

from ansible.plugins.connection import ConnectionBase

DOCUMENTATION = """
name: machine
short_description: a booted machine of the suite
description: Runs commands in the namespaces of a machine that tests/journal/container.sh has booted.
author: stacktail
options:
  script:
    description: the script
    vars: [{name: machine_script}]
  folder:
    description: the folder that the machine was unpacked to
    vars: [{name: machine_folder}]
"""


class Connection(ConnectionBase):
    transport = "machine"
    has_pipelining = True

    def _connect(self):
        self._connected = True
        return self

    def _run(self, command, given=b""):
        entered = [self.get_option("script"), "raw", self.get_option("folder"), "/bin/sh", "-c", command]
        done = subprocess.run(entered, input=given, capture_output=True)
        return done.returncode, done.stdout, done.stderr

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        return self._run(cmd, in_data or b"")

    def put_file(self, in_path, out_path):
        super().put_file(in_path, out_path)
        with open(in_path, "rb") as file:
            self._must(*self._run(f"cat > {self._shell.quote(out_path)}", file.read()))

    def fetch_file(self, in_path, out_path):
        super().fetch_file(in_path, out_path)
        content = self._must(*self._run(f"cat {self._shell.quote(in_path)}"))
        with open(out_path, "wb") as file:
            file.write(content)

    @staticmethod
    def _must(code, printed, said):
        if code:
            raise OSError(said.decode(errors="replace"))
        return printed

    def close(self):
        self._connected = False
