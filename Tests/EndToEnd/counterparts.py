"""The other side as it really is: the official SDKs' own signers, TLS, a proxy."""

import datetime
import hashlib
import ipaddress
import socket
import ssl
import threading
import urllib.parse

try:
    from aliyunsdkcore.auth.composer import rpc_signature_composer
    from alibabacloud_tea_openapi.utils import Utils
except ImportError:
    Utils = None
try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID
except ImportError:
    x509 = None

from service import error_answer

MISSING = "the packages of Tests/EndToEnd/requirements.txt are not there"


# Signatures


class _Signed:
    """A request in the form in which the newer SDK signs it."""

    def __init__(self, method, pathname, query, headers):
        self.method, self.pathname, self.query, self.headers = method, pathname, query, headers


def official_problem(request, secret):
    """What the official signers have against a request's signature; nothing where they sign it in the same way."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    path, _, query = request.path.partition("?")
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    authorization = headers.get("authorization")
    if authorization:
        body_hash = hashlib.sha256(request.body).hexdigest()
        if headers["x-acs-content-sha256"] != body_hash:
            return "the body's hash is wrong"
        fields = dict(field.strip().split("=", 1) for field in authorization.split(" ", 1)[1].split(","))
        signed = {name: headers[name] for name in fields["SignedHeaders"].split(";")}
        unsigned = [name for name in headers if name.startswith("x-acs-") and name not in signed]
        if unsigned or "host" not in signed:
            return f"not signed: {unsigned}"
        expected = Utils.get_authorization(
            _Signed(request.method, path, dict(pairs), signed), "ACS3-HMAC-SHA256", body_hash, fields["Credential"], secret)
        return None if authorization == expected else f"{authorization} is not {expected}"
    parameters = dict(pairs)
    if request.body:
        parameters.update(urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True))
    signature = parameters.pop("Signature")
    compose = getattr(rpc_signature_composer, "__compose_string_to_sign")
    expected = getattr(rpc_signature_composer, "__get_signature")(compose(request.method, parameters), secret)
    if isinstance(expected, bytes):
        expected = expected.decode()
    return None if signature == expected else f"{signature} is not {expected}"


def verified(secret_of, answer):
    """Gives the answer to requests whose signature the official signers agree with; `secret_of` takes a key's id."""
    def check(handler, service):
        request = handler.seen
        secret = secret_of(request.parameters.get("AccessKeyId"))
        problem = "the key is not known" if secret is None else official_problem(request, secret)
        service.problems = getattr(service, "problems", []) + ([problem] if problem else [])
        (error_answer("SignatureDoesNotMatch", 400, problem) if problem else answer)(handler, service)

    return check


# TLS


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder, name="test"):
        self.folder = folder
        self.name = name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._certificate(f"{name} authority", self.key.public_key(), None)
        self.path = str(folder / f"{name}-ca.pem")
        (folder / f"{name}-ca.pem").write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def _certificate(self, subject, public_key, hosts):
        now = datetime.datetime.now(datetime.timezone.utc)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
        issuer = name if hosts is None else self.certificate.subject
        builder = (x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(public_key)
                   .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
                   .not_valid_after(now + datetime.timedelta(days=1))
                   .add_extension(x509.BasicConstraints(ca=hosts is None, path_length=None), critical=True))
        if hosts is not None:
            names = []
            for host in hosts:
                try:
                    names.append(x509.IPAddress(ipaddress.ip_address(host)))
                except ValueError:
                    names.append(x509.DNSName(host))
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def server(self, *hosts):
        """The context of a server that is known by these names and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certificate(hosts[0], key.public_key(), hosts)
        path = self.folder / f"{self.name}-{hosts[0]}.pem"
        path.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
            + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


# A proxy


class Proxy:
    """An HTTP proxy that knows CONNECT only, notes where it was asked to go, and leads everything to one place."""

    def __init__(self, port, status="200 OK"):
        self.port_behind = port
        self.status = status
        self.asked = []
        """The first line and the headers of every request."""
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(4096)
            if not piece:
                connection.close()
                return
            head += piece
        self.asked.append(head.decode())
        connection.sendall(f"HTTP/1.1 {self.status}\r\n\r\n".encode())
        with connection:
            if not self.status.startswith("200"):
                return
            with socket.create_connection(("127.0.0.1", self.port_behind)) as behind:
                thread = threading.Thread(target=self._carry, args=(connection, behind), daemon=True)
                thread.start()
                self._carry(behind, connection)
                thread.join()

    @staticmethod
    def _carry(source, target):
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
