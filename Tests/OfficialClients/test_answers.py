"""The checks of answers find what is wrong with them."""

import unittest

try:
    from alibabacloud_vpc20160428.models import DescribeVpcsResponseBody, DescribeVpnConnectionResponseBody
    import answers
except ImportError:
    answers = None

from endpoint import MISSING


@unittest.skipIf(answers is None, MISSING)
class Checks(unittest.TestCase):
    RAW = {
        "RequestId": "R", "TotalCount": 1, "Vpcs": {"Vpc": [
            {"VpcId": "vpc-1", "IsDefault": False, "Tags": {"Tag": [{"Key": "k", "Value": ""}]},
             "VSwitchIds": {"VSwitchId": ["vsw-1"]}}]}}

    def parsed(self, **changes):
        """The answer with some fields of its only VPC changed."""
        vpc = {**self.RAW["Vpcs"]["Vpc"][0], **changes}
        raw = {**self.RAW, "Vpcs": {"Vpc": [vpc]}}
        return raw, DescribeVpcsResponseBody().from_map(raw)

    def test_a_good_answer(self):
        raw, body = self.parsed()
        self.assertEqual(list(answers.wrong_types(body)), [])
        self.assertEqual(list(answers.lost_fields(raw, body.to_map())), [])

    def test_values_of_a_wrong_type(self):
        for changes, place in (
            ({"IsDefault": "false"}, "vpcs.vpc[0].is_default"), ({"IsDefault": 0}, "vpcs.vpc[0].is_default"),
            ({"OwnerId": True}, "vpcs.vpc[0].owner_id"), ({"OwnerId": "1"}, "vpcs.vpc[0].owner_id"),
            ({"VpcId": 1}, "vpcs.vpc[0].vpc_id"),
            ({"VSwitchIds": {"VSwitchId": "vsw-1"}}, "vpcs.vpc[0].v_switch_ids.v_switch_id"),
            ({"VSwitchIds": {"VSwitchId": [1]}}, "vpcs.vpc[0].v_switch_ids.v_switch_id[0]"),
            ({"Tags": {"Tag": [{"Key": 1}]}}, "vpcs.vpc[0].tags.tag[0].key"),
        ):
            with self.subTest(changes):
                (problem,) = answers.wrong_types(self.parsed(**changes)[1])
                self.assertEqual(problem.split(" is ")[0], place)

    def test_fields_that_the_model_does_not_have(self):
        for changes, place in (
            ({"Colour": "red"}, "Vpcs.Vpc[0].Colour"), ({"Tags": {"Tag": [{"Key": "k", "Id": 1}]}}, "Tag[0].Id"),
        ):
            with self.subTest(changes):
                raw, body = self.parsed(**changes)
                (problem,) = answers.lost_fields(raw, body.to_map())
                self.assertIn(place, problem)

    def test_fields_that_the_answer_does_not_have(self):
        absent = answers.absent(self.parsed()[1])
        self.assertIn("page_size", absent)
        self.assertIn("vpcs.vpc.vpc_name", absent)
        self.assertNotIn("vpcs.vpc.vpc_id", absent)
        self.assertNotIn("vpcs.vpc.tags.tag.value", absent)

    def test_fields_with_nothing_in_them(self):
        body = self.parsed()[1]
        for path, expected in (
            ("total_count", True), ("page_size", False), ("vpcs.vpc.vpc_id", True), ("vpcs.vpc.is_default", True),
            ("vpcs.vpc.tags.tag.key", True), ("vpcs.vpc.tags.tag.value", False), ("vpcs.vpc.user_cidrs", False),
        ):
            with self.subTest(path):
                self.assertIs(answers.is_filled(body, path), expected)

    def test_the_fields_of_a_model(self):
        paths = set(answers.paths(DescribeVpnConnectionResponseBody))
        self.assertLessEqual(
            {"RequestId", "IkeConfig.Psk", "TunnelOptionsSpecification.TunnelOptions[].TunnelIkeConfig.IkeLifetime"},
            paths)
        self.assertNotIn("IkeConfig", paths)
        held = set(answers.held(self.parsed()[1]))
        self.assertEqual(held, {
            "RequestId", "TotalCount", "Vpcs.Vpc[].VpcId", "Vpcs.Vpc[].IsDefault", "Vpcs.Vpc[].Tags.Tag[].Key",
            "Vpcs.Vpc[].Tags.Tag[].Value", "Vpcs.Vpc[].VSwitchIds.VSwitchId[]"})
