"""A service on loopback that answers what a test tells it to, and notes what it was asked."""

import base64
import dataclasses
import hashlib
import hmac
import http.server
import json
import socket
import struct
import threading
import urllib.parse


@dataclasses.dataclass
class Request:
    """One request as it came off the wire. `connection` is the client's port: the same for a connection used again."""

    method: str
    path: str
    headers: dict
    body: bytes
    connection: int

    @property
    def parameters(self):
        """What the request says, however it is signed: the parameters of the query and of the form, decoded, and what
        the newer signature has in headers instead, under the names that the older one has for it."""
        pairs = self.pairs
        headers = {name.lower(): value for name, value in self.headers.items()}
        authorization = headers.get("authorization", "")
        common = {
            "Action": headers.get("x-acs-action"), "Version": headers.get("x-acs-version"),
            "Timestamp": headers.get("x-acs-date"), "SignatureNonce": headers.get("x-acs-signature-nonce"),
            "SecurityToken": headers.get("x-acs-security-token")}
        if authorization.startswith("ACS3-HMAC-SHA256 Credential="):
            common["AccessKeyId"] = authorization.split("=", 1)[1].split(",")[0]
        names = {name for name, _ in pairs}
        pairs += [(name, value) for name, value in common.items() if value is not None and name not in names]
        return dict(pairs)

    @property
    def pairs(self):
        """The parameters of the query and of the form, decoded, in order."""
        query = urllib.parse.urlsplit(self.path).query
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
        if self.body:
            pairs += urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True)
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), f"a parameter is sent twice: {names}"
        return pairs


def signature(method, parameters, secret):
    """Signature version 1.0 of parameters, written from its description."""
    def encoded(text):
        return urllib.parse.quote(text, safe="-_.~")

    pairs = sorted((name, value) for name, value in parameters.items() if name != "Signature")
    query = "&".join(f"{encoded(name)}={encoded(value)}" for name, value in pairs)
    text = f"{method}&{encoded('/')}&{encoded(query)}"
    digest = hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Service:
    """Answers every request with what it was made with: one of the answers below."""

    def __init__(self, answer, tls=None):
        """`tls` is an `ssl.SSLContext`, or nothing for plain HTTP."""
        self.answer = answer
        self.scheme = "https" if tls else "http"
        self.requests = []
        self.arrived = threading.Event()
        """Set as soon as a request has come."""
        self.released = threading.Event()
        """Ends the silence of `silent`."""
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                request = Request(self.command, self.path, dict(self.headers), body, self.client_address[1])
                self.seen = request
                service.requests.append(request)
                service.arrived.set()
                service.answer(self, service)

            def handle_one_request(self):
                # The library's own takes no line of more than 64 KiB, and a query may be longer.
                self.raw_requestline = self.rfile.readline(1 << 22)
                if not self.raw_requestline:
                    self.close_connection = True
                elif self.parse_request():
                    self.handle_any()
                    self.wfile.flush()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            # The handshake is made by the connection's own thread, so that a client that breaks it off harms nobody.
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    @property
    def port(self):
        return self.server.server_address[1]

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


# What a service can answer


def text_answer(body, status=200, kind="application/json", headers=()):
    content = body.encode() if isinstance(body, str) else body

    def answer(handler, _):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def json_answer(value, status=200):
    return text_answer(json.dumps(value), status)


def in_turn(*answers):
    """One answer after another, the last of them for ever."""
    def answer(handler, service):
        answers[min(len(service.requests), len(answers)) - 1](handler, service)

    return answer


def error_answer(code, status=400, message="Something is wrong."):
    return json_answer({"RequestId": "ERR-1", "Code": code, "Message": message}, status)


def chosen(choose):
    """An answer for each request of its own: `choose` takes the request and yields the answer."""
    return lambda handler, service: choose(handler.seen)(handler, service)


def half_answer(body, promised):
    """Promises more bytes than it sends, and closes the connection."""
    def answer(handler, _):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(promised))
        handler.end_headers()
        handler.wfile.write(body.encode())
        handler.wfile.flush()
        handler.close_connection = True

    return answer


def reset(handler, _):
    """Breaks the connection without a word: closing with a linger time of nothing sends a reset."""
    handler.close_connection = True
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.connection.close()


def silent(handler, service):
    """Says nothing until the test is over."""
    service.released.wait(60)
    handler.close_connection = True
