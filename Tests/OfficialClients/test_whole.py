"""The endpoint as a whole: every operation that it has is called, and a life at the pace that users see."""

import asyncio
import concurrent.futures
import time

try:
    from alibabacloud_vpc20160428 import models
except ImportError:
    models = None

from endpoint import REGION, AlibabaCloudException, Calls, Endpoint, OfficialClientTest
from resources import ZONES
from tour import Tour, served

WORDS = ("vpn", "ipsec", "customer_gateway", "vco_", "tunnel")


class EveryOperation(OfficialClientTest):
    def test_every_operation_on_vpn_is_there(self):
        found = served(self.endpoint)
        wanted = {name for name in self.calls.names() if any(word in name for word in WORDS)}
        self.assertGreaterEqual(len(wanted), 60)
        self.assertEqual(sorted(wanted - found), [])

    def test_every_operation_that_is_there_is_called_and_its_answer_fits_the_model(self):
        calls = Calls(self.endpoint)
        Tour(calls).run()
        self.assertEqual(sorted(calls.answers), sorted(served(self.endpoint)))
        self.assertEqual(calls.describe_vpcs().total_count, 0)


class InTime(OfficialClientTest):
    """As `vpcsh serve` is without another word: what takes time takes some."""

    TIMING = "fast"

    def wait(self, described, **state):
        """Asks until the state is reached."""
        end = time.monotonic() + 20
        seen = []
        while time.monotonic() < end:
            found = described()
            (now,) = {getattr(found, name) for name in state}
            if not seen or seen[-1] != now:
                seen.append(now)
            if now == next(iter(state.values())):
                return seen
        self.fail(f"{state} is not reached, but {seen}")

    def test_life_of_a_connection(self):
        vpc = self.calls.create_vpc(cidr_block="10.0.0.0/8").vpc_id
        self.assertEqual(
            self.wait(lambda: self.calls.describe_vpc_attribute(vpc_id=vpc), status="Available"),
            ["Pending", "Available"])
        vswitch = self.calls.create_vswitch(vpc_id=vpc, zone_id=ZONES[0], cidr_block="10.0.0.0/24").v_switch_id
        self.wait(lambda: self.calls.describe_vswitch_attributes(v_switch_id=vswitch), status="Available")
        gateway = self.calls.create_vpn_gateway(vpc_id=vpc, v_switch_id=vswitch, bandwidth=10).vpn_gateway_id

        def describe_gateway():
            return self.calls.describe_vpn_gateway(vpn_gateway_id=gateway)

        self.assertEqual(self.wait(describe_gateway, status="active"), ["provisioning", "active"])
        customer = self.calls.create_customer_gateway(ip_address="203.0.113.1").customer_gateway_id
        connection = self.calls.create_vpn_connection(
            vpn_gateway_id=gateway, customer_gateway_id=customer, local_subnet="10.0.0.0/16",
            remote_subnet="192.168.0.0/24").vpn_connection_id
        self.assertEqual(
            self.wait(lambda: self.calls.describe_vpn_connection(vpn_connection_id=connection),
                      status="ipsec_sa_established"),
            ["ike_sa_not_established", "ike_sa_established", "ipsec_sa_established"])
        self.calls.delete_vpn_connection(vpn_connection_id=connection)
        self.assertEqual(self.wait(describe_gateway, status="active"), ["updating", "active"])
        self.calls.delete_customer_gateway(customer_gateway_id=customer)
        self.calls.delete_vpn_gateway(vpn_gateway_id=gateway)
        self.assertEqual(describe_gateway().status, "deleting")


class ManyAtOnce(OfficialClientTest):
    def test_threads_that_share_a_client(self):
        def make(number):
            request = models.CreateVpcRequest(
                region_id=REGION, vpc_name=f"v{number % 8}", client_token=f"token-{number % 8}")
            for _ in range(100):
                try:
                    return self.calls.client.create_vpc(request).body.vpc_id
                except AlibabaCloudException as error:
                    # Another thread's work with the same token is not done yet.
                    self.assertEqual((error.status_code, error.code), (400, "IdempotentProcessing"))
            self.fail("the work with the token never ends")

        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            made = list(threads.map(make, range(32)))
        for number, vpc in enumerate(made):
            self.assertEqual(vpc, made[number % 8], "the same token made two VPCs")
        self.assertEqual(len(set(made)), 8)
        self.assertEqual(self.calls.describe_vpcs().total_count, 8)

    def test_the_clients_own_asynchronous_calls(self):
        async def both():
            return await asyncio.gather(*(
                self.calls.client.describe_zones_async(models.DescribeZonesRequest(region_id=region))
                for region in (REGION, "cn-beijing")))

        first, second = asyncio.run(both())
        self.assertEqual((first.status_code, second.status_code), (200, 200))
        self.assertTrue(first.body.zones.zone[0].zone_id.startswith(REGION))
        self.assertTrue(second.body.zones.zone[0].zone_id.startswith("cn-beijing"))


class Ending(OfficialClientTest):
    def test_the_endpoint_ends_as_it_is_told(self):
        endpoint = Endpoint()
        self.assertEqual(Calls(endpoint).describe_vpcs().total_count, 0)
        self.assertEqual(endpoint.stop(), 0)
