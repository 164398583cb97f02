// swift-format-ignore-file

extension OperationWords {
    /// A line for each code, sorted: the code, its cause, what to do about it.
    static let errors: StaticString = #"""
DependencyViolation	something else still uses the resource	remove what uses it first
DependencyViolation.Instance	the VPC still has instances or gateways in it	remove them first
DependencyViolation.VSwitch	the VPC still has vSwitches	delete them first: DescribeVSwitches VpcId=…
DryRunOperation	the call was a dry run, and would have succeeded	leave DryRun out to carry it out
Forbbiden.SubUser	the RAM user may not call this operation on this resource	have the account's owner grant it (RAM policy)
Forbidden	these credentials may not call this operation on this resource	have the account's owner grant it, or use another profile
Forbidden.RAM	the RAM user or role may not call this operation on this resource	have the account's owner grant it (RAM policy)
ForbiddenRelease	a gateway that is paid for in advance cannot be released before its time	let it expire, or return it in the console
IdempotentFailed	the ClientToken belongs to a call that has failed	use a new token
IdempotentParameterMismatch	the ClientToken was used before for a call with other parameters	use a new token; look first whether the earlier call has done what is wanted
IdempotentProcessing	a call with the same ClientToken is still being carried out	wait, then repeat it with the same token
IllegalParam.LocalSubnet	LocalSubnet is no list of blocks, overlaps the other side's, or is none of the VPC's	give blocks of the cloud's side, 10.0.0.0/16,10.1.0.0/16
IllegalParam.RemoteSubnet	RemoteSubnet is no list of blocks, or overlaps the cloud's side	give blocks of the far side that do not overlap LocalSubnet
IncorrectStatus.VSwitch	the vSwitch is in a state in which it cannot be changed	wait until it is Available
IncorrectStatus.Vpc	the VPC is in a state in which it cannot be changed	wait until it is Available
InternalError	the service failed; it may have done the work	repeat a write with the same ClientToken only, which the shell does by itself
InvalidAccessKeyId.Inactive	the access key is switched off	switch it on in the console, or use another
InvalidAccessKeyId.NotFound	the access key does not exist	look at the id: 'profile' lists the profiles
InvalidAction.NotFound	this product has no such operation in this version	look at the operation's name and the endpoint
InvalidCidrBlock.Malformed	the block is none, or none that this resource may have	a block looks like 10.0.0.0/16
InvalidCidrBlock.Overlapped	the block overlaps that of another vSwitch	choose another part of the VPC's block
InvalidCustomerGatewayInstanceId.NotFound	there is no such customer gateway in this region	DescribeCustomerGateways lists them; look at the region too
InvalidDescription	the description is too short, too long, or begins with http:// or https://	2 to 256 characters
InvalidInstanceId.NotFound	there is no such resource in this region	look at the id and the region
InvalidIpAddress.AlreadyExist	another customer gateway has this address already	use that one: DescribeCustomerGateways
InvalidIpAddress.WrongFormat	the address is no public IPv4 address	an address looks like 203.0.113.10
InvalidName	the name is too short, too long, or begins with something else than a letter	2 to 128 characters that begin with a letter
InvalidParameter	a parameter has a value that it cannot have	the message names it; 'help OPERATION' says what it takes
InvalidRegionId.NotFound	there is no such region, or this endpoint does not serve it	DescribeRegions lists them
InvalidRouteEntry.NotFound	the gateway has no such route	DescribeVpnRouteEntries and DescribeVpnPbrRouteEntries list them
InvalidSecurityToken.Expired	the token of the temporary credentials has run out	get new ones
InvalidSecurityToken.Malformed	the token of the temporary credentials is damaged	get new ones
InvalidSslVpnClientCertId.NotFound	there is no such client certificate in this region	DescribeSslVpnClientCerts lists them
InvalidSslVpnServerId.NotFound	there is no such SSL server in this region	DescribeSslVpnServers lists them
InvalidTimeStamp.Expired	the clock of this machine is off by more than 15 minutes	set the clock
InvalidVSwitchId.NotFound	there is no such vSwitch in this region	DescribeVSwitches lists them
InvalidVpcId.NotFound	there is no such VPC in this region	DescribeVpcs lists them
InvalidVpnConnection.AlreadyExists	there is a connection between the two gateways already with the same networks	use that one: DescribeVpnConnections VpnGatewayId=…
InvalidVpnConnectionInstanceId.NotFound	there is no such IPsec connection in this region; it may be gone already	DescribeVpnConnections lists them; look at the region too
InvalidVpnGatewayInstanceId.NotFound	there is no such VPN gateway in this region	DescribeVpnGateways lists them; look at the region too
Local.DatabaseLocked	another process is writing to the embedded endpoint's database	repeat it in a moment
Local.NotImplemented	the embedded endpoint does not have this	it works in the cloud only
Local.StorageFull	there is no room left for the embedded endpoint's database	make room, or choose another place with --local=FILE
MissingParameter	a parameter is missing that the service requires	the message names it
NoPermission	these credentials may not do this	have the account's owner grant it (RAM policy)
OperationConflict	another operation on the same resource is under way	wait and repeat: on error OperationConflict retry every 5s for 10m
OperationFailed.IPsecServerExist	the gateway has an IPsec server already	change that one: UpdateIpsecServer
OperationUnsupported.IPsecServer	the gateway cannot have an IPsec server, since it is too old or of another type	buy a newer gateway
QuotaExceeded.PolicyBasedRoute	the gateway has as many policy-based routes as it may	remove some, or ask for a higher quota
QuotaExceeded.VpnRouteEntry	the gateway has as many routes as it may	remove some, or ask for a higher quota
Resource.QuotaFull	the account has as many of these as it may	remove some, or ask for a higher quota
ServiceUnavailable	the service is not available at the moment; it may have done the work	repeat a write with the same ClientToken only, which the shell does by itself
SignatureDoesNotMatch	the signature is wrong, mostly because the AccessKeySecret is	look at the secret; a proxy that changes requests is the other cause
SignatureNonceUsed	the same request came twice: something on the way repeats requests	look at proxies on the way
TaskConflict	another task on the same resource is under way	wait and repeat: on error TaskConflict retry every 5s for 10m
Throttling	too many calls in a short time	the shell slows down by itself; run fewer at once
Throttling.Api	too many calls of this operation in a short time	the shell slows down by itself; run fewer at once
Throttling.User	too many calls of this account in a short time, those of other programs included	the shell slows down by itself; run fewer at once
VpnConnection.Configuring	the connection is busy with an earlier change	wait and repeat: on error VpnConnection.Configuring retry every 5s for 10m
VpnGateway.Configuring	the gateway is busy with an earlier change	wait and repeat: on error VpnGateway.Configuring retry every 5s for 10m
VpnGateway.FinancialLocked	the gateway is locked, since a bill has not been paid	pay it in the console
VpnGateway.SslVpnDisabled	SSL is switched off on this gateway	switch it on in the console, or buy a gateway with EnableSsl=true
VpnRouteEntry.Configuring	the route is busy with an earlier change	wait and repeat: on error VpnRouteEntry.Configuring retry every 5s for 10m
VpnTask.CONFLICT	another task on the same VPN resource is under way	wait and repeat: on error VpnTask.CONFLICT retry every 5s for 10m
"""#
}
