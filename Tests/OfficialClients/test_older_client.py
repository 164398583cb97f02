"""The older client, aliyun-python-sdk-vpc: it signs in the older way, and takes answers as JSON and as XML."""

import importlib
import json
import warnings
import xml.etree.ElementTree

try:
    from aliyunsdkcore.acs_exception.exceptions import ServerException
except ImportError:
    ServerException = None

from endpoint import REGION, REQUEST_ID, AcsClient, OfficialClientTest
from resources import ZONES


def _from_xml(element):
    """An answer in XML as the record that it is: elements that come twice are lists."""
    if len(element) == 0:
        return element.text or ""
    record = {}
    for child in element:
        value = _from_xml(child)
        known = record.get(child.tag)
        record[child.tag] = value if known is None else (known if isinstance(known, list) else [known]) + [value]
    return record


class Refused(Exception):
    """An error that is answered in XML, of which the client makes no exception of its own."""


class OlderClientTest(OfficialClientTest):
    def older(self, secret="local"):
        return AcsClient("local", secret, REGION)

    def send(self, operation, notation="JSON", client=None, **parameters):
        """Sends a request; its answer, read. Parameters bear the names that the request's setters have."""
        request = getattr(
            importlib.import_module(f"aliyunsdkvpc.request.v20160428.{operation}Request"), f"{operation}Request")()
        request.set_endpoint(self.endpoint.address)
        request.set_protocol_type("http")
        request.set_accept_format(notation)
        for name, value in parameters.items():
            getattr(request, f"set_{name}")(value)
        client = client or self.older()
        if notation == "JSON":
            answer = json.loads(client.do_action_with_exception(request))
        else:
            # The other way asks for JSON whatever the request says.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                root = xml.etree.ElementTree.fromstring(client.do_action(request))
            answer = _from_xml(root)
            if root.tag == "Error":
                raise Refused(answer)
            self.assertEqual(root.tag, f"{operation}Response")
        self.assertRegex(answer["RequestId"], REQUEST_ID)
        return answer

    def assert_older_refused(self, status, code, operation, **parameters):
        with self.assertRaises((ServerException, Refused)) as caught:
            self.send(operation, **parameters)
        error = caught.exception
        if isinstance(error, Refused):
            (answer,) = error.args
            self.assertEqual((answer["Code"], answer["HostId"]), (code, self.endpoint.address))
            self.assertRegex(answer["RequestId"], REQUEST_ID)
            self.assertTrue(answer["Message"])
        else:
            self.assertEqual((error.get_http_status(), error.get_error_code()), (status, code), error)
            self.assertRegex(error.get_request_id(), REQUEST_ID)
            self.assertTrue(error.get_error_msg())


class Life(OlderClientTest):
    def life(self, notation, address):
        """From a network to a connection and back; `notation` is that of the answers."""
        def send(operation, **parameters):
            return self.send(operation, notation, **parameters)

        def number(value):
            """XML has only text."""
            if notation == "JSON":
                self.assertIsInstance(value, int)
            return int(value)

        def entries(answer, outer, inner):
            """A list of one is no list to see in XML."""
            self.assertEqual((number(answer["TotalCount"]), number(answer["PageNumber"])), (1, 1))
            found = answer[outer][inner]
            return found[0] if notation == "JSON" else found

        vpc = send("CreateVpc", CidrBlock="10.0.0.0/8", VpcName="office")
        self.settle()
        entry = entries(send("DescribeVpcs", VpcId=vpc["VpcId"]), "Vpcs", "Vpc")
        self.assertEqual((entry["Status"], entry["VpcName"]), ("Available", "office"))
        self.assertEqual(send("DescribeVpcAttribute", VpcId=vpc["VpcId"])["CidrBlock"], "10.0.0.0/8")
        vswitch = send("CreateVSwitch", VpcId=vpc["VpcId"], ZoneId=ZONES[0], CidrBlock="10.0.0.0/24")["VSwitchId"]
        self.settle()
        entry = entries(send("DescribeVSwitches", VpcId=vpc["VpcId"]), "VSwitches", "VSwitch")
        self.assertEqual((entry["VSwitchId"], entry["Status"]), (vswitch, "Available"))

        gateway = send("CreateVpnGateway", VpcId=vpc["VpcId"], VSwitchId=vswitch, Bandwidth=10, Name="first")
        self.assertEqual(gateway["Name"], "first")
        gateway = gateway["VpnGatewayId"]
        self.assertEqual(send("DescribeVpnGateway", VpnGatewayId=gateway)["Status"], "provisioning")
        self.settle()
        found = send("DescribeVpnGateway", VpnGatewayId=gateway)
        self.assertEqual((found["Status"], found["Spec"], found["SslVpn"]), ("active", "10M", "disable"))
        self.assertGreater(number(found["CreateTime"]), 1_500_000_000_000)
        entry = entries(send("DescribeVpnGateways", VpnGatewayId=gateway), "VpnGateways", "VpnGateway")
        self.assertEqual(entry["InternetIp"], found["InternetIp"])
        send("ModifyVpnGatewayAttribute", VpnGatewayId=gateway, Name="second")
        self.settle()
        self.assertEqual(send("DescribeVpnGateway", VpnGatewayId=gateway)["Name"], "second")

        customer = send("CreateCustomerGateway", IpAddress=address, Name="office")
        self.assertEqual((customer["IpAddress"], customer["Name"]), (address, "office"))
        customer = customer["CustomerGatewayId"]
        self.assertEqual(send("DescribeCustomerGateway", CustomerGatewayId=customer)["IpAddress"], address)
        entries(send("DescribeCustomerGateways", CustomerGatewayId=customer), "CustomerGateways", "CustomerGateway")

        connection = send(
            "CreateVpnConnection", VpnGatewayId=gateway, CustomerGatewayId=customer, Name="first",
            LocalSubnet="10.0.0.0/16", RemoteSubnet="192.168.1.0/24", EffectImmediately=True,
            IkeConfig='{"Psk": "<&\\"top secret\\">"}'.replace(" secret", "-secret"),
        )["VpnConnectionId"]
        self.settle()
        found = send("DescribeVpnConnection", VpnConnectionId=connection)
        self.assertEqual((found["Status"], found["CustomerGatewayId"]), ("ipsec_sa_established", customer))
        self.assertEqual(found["IkeConfig"]["Psk"], '<&"top-secret">')
        self.assertEqual(number(found["IpsecConfig"]["IpsecLifetime"]), 86400)
        self.assertIn(found["EffectImmediately"], (True, "true"))
        entry = entries(send("DescribeVpnConnections", VpnConnectionId=connection), "VpnConnections", "VpnConnection")
        self.assertEqual(entry["IkeConfig"], found["IkeConfig"])
        changed = send("ModifyVpnConnectionAttribute", VpnConnectionId=connection, Name="second")
        self.assertEqual(changed["Name"], "second")
        self.settle()

        self.assert_older_refused(
            400, "DependencyViolation.VpnConnection", "DeleteVpnGateway", notation=notation, VpnGatewayId=gateway)
        send("DeleteVpnConnection", VpnConnectionId=connection)
        self.assert_older_refused(
            404, "InvalidVpnConnectionInstanceId.NotFound", "DescribeVpnConnection", notation=notation,
            VpnConnectionId=connection)
        self.settle()
        send("DeleteCustomerGateway", CustomerGatewayId=customer)
        send("DeleteVpnGateway", VpnGatewayId=gateway)
        self.settle()
        send("DeleteVSwitch", VSwitchId=vswitch)
        send("DeleteVpc", VpcId=vpc["VpcId"])
        self.assert_older_refused(
            404, "InvalidVpcId.NotFound", "DescribeVpcAttribute", notation=notation, VpcId=vpc["VpcId"])

    def test_with_answers_in_json(self):
        self.life("JSON", "203.0.113.1")

    def test_with_answers_in_xml(self):
        self.life("XML", "203.0.113.2")


class Requests(OlderClientTest):
    def test_both_clients_see_the_same(self):
        made = self.send("CreateVpc", VpcName="shared", Tags=[{"Key": "team", "Value": "a b&c"}])
        found = self.calls.describe_vpc_attribute(vpc_id=made["VpcId"])
        self.assertEqual(found.vpc_name, "shared")
        self.assertEqual([(tag.key, tag.value) for tag in found.tags.tag], [("team", "a b&c")])
        answer = self.send("DescribeVpcs", VpcId=made["VpcId"])
        self.assertEqual(answer["Vpcs"]["Vpc"][0]["Tags"]["Tag"], [{"Key": "team", "Value": "a b&c"}])

    def test_errors(self):
        for notation in ("JSON", "XML"):
            with self.subTest(notation):
                self.assert_older_refused(
                    404, "InvalidVpnGatewayInstanceId.NotFound", "DescribeVpnGateway", notation=notation,
                    VpnGatewayId="vpn-none")
                self.assert_older_refused(
                    400, "MissingParameter", "DescribeVpnConnection", notation=notation)
                self.assert_older_refused(
                    400, "SignatureDoesNotMatch", "DescribeVpcs", notation=notation, client=self.older("wrong"))
