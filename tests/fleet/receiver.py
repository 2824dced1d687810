"""A receiver on the machine itself: each event of an envelope becomes a line of FILE. receiver.py FILE PORT"""
import gzip, http.server, json, sys

class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        parts = body.split(b"\n")
        header = json.loads(parts[1])
        if header["type"] == "event":
            with open(sys.argv[1], "ab") as file:
                file.write(parts[2] + b"\n")
        answer = b"{}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass

http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Receiver).serve_forever()
