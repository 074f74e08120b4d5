"""Asks each service itself for what CloudFormation says that it created: one line of JSON per resource."""

import json
import os
import sys

import boto3

REGION = os.environ["AWS_REGION"]
clients = {}


def client(service):
    if service not in clients:
        clients[service] = boto3.client(service, region_name=REGION, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
    return clients[service]


def one(found):
    """The only item of a list; what is not there is an error like any other."""
    [item] = found
    return item


def rule(name):
    described = client("events").describe_rule(Name=name)
    targets = client("events").list_targets_by_rule(Rule=name)["Targets"]
    if not targets:
        raise LookupError("the rule has no target")
    return f"{described['State'].lower()}, {len(targets)} target(s)"


def route(name):
    table, destination = name.split("~")
    routes = one(client("ec2").describe_route_tables(RouteTableIds=[table])["RouteTables"])["Routes"]
    return one([r for r in routes if r.get("DestinationCidrBlock") == destination])["GatewayId"]


def association(name):
    tables = client("ec2").describe_route_tables(Filters=[{"Name": "association.main", "Values": ["false"]}])["RouteTables"]
    return one([t for t in tables if name in [t["RouteTableId"], *[a["RouteTableAssociationId"] for a in t["Associations"]]]])["RouteTableId"]


def attachment(name):
    gateways = client("ec2").describe_internet_gateways()["InternetGateways"]
    return one([g for g in gateways if any(a["VpcId"] == name for a in g["Attachments"])])["InternetGatewayId"]


def permission(resource):
    functions = client("lambda").list_functions()["Functions"]
    statements = []
    for function in functions:
        try:
            policy = client("lambda").get_policy(FunctionName=function["FunctionName"])["Policy"]
            statements += json.loads(policy)["Statement"]
        except client("lambda").exceptions.ResourceNotFoundException:
            pass
    # Two rules may each invoke a function of their own; moto's physical ID does not say which of them this is.
    return [s["Principal"] for s in statements if "events.amazonaws.com" in json.dumps(s["Principal"])][0]


def service(name):
    cluster = name.split("/")[1]
    return one(client("ecs").describe_services(cluster=cluster, services=[name])["services"])["status"]


def log_group(name):
    groups = client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return f"{one([g for g in groups if g['logGroupName'] == name]).get('retentionInDays')} days"


def bucket(name):
    client("s3").head_bucket(Bucket=name)
    return "versioned" if client("s3").get_bucket_versioning(Bucket=name).get("Status") == "Enabled" else "there"


def access_point(name):
    points = client("efs").describe_access_points()["AccessPoints"]
    return one([p for p in points if name in ("", p["AccessPointId"])])["RootDirectory"]["Path"]


def policy(resource):
    """moto gives a policy of roles no name of its own: the template does."""
    name = resource["properties"]["PolicyName"]
    roles = [role["RoleName"] for role in client("iam").list_roles()["Roles"]]
    having = [role for role in roles if name in client("iam").list_role_policies(RoleName=role)["PolicyNames"]]
    if not having:
        raise LookupError("no role has it")
    return f"with {len(having)} role(s)"


CHECKS = {
    "AWS::EC2::InternetGateway": lambda n: one(client("ec2").describe_internet_gateways(InternetGatewayIds=[n])["InternetGateways"])["InternetGatewayId"],
    "AWS::EC2::Route": route,
    "AWS::EC2::RouteTable": lambda n: one(client("ec2").describe_route_tables(RouteTableIds=[n])["RouteTables"])["VpcId"],
    "AWS::EC2::SecurityGroup": lambda n: one(client("ec2").describe_security_groups(GroupIds=[n])["SecurityGroups"])["Description"],
    "AWS::EC2::Subnet": lambda n: one(client("ec2").describe_subnets(SubnetIds=[n])["Subnets"])["CidrBlock"],
    "AWS::EC2::SubnetRouteTableAssociation": association,
    "AWS::EC2::VPC": lambda n: one(client("ec2").describe_vpcs(VpcIds=[n])["Vpcs"])["CidrBlock"],
    "AWS::EC2::VPCEndpoint": lambda n: one(client("ec2").describe_vpc_endpoints(VpcEndpointIds=[n])["VpcEndpoints"])["VpcEndpointType"],
    "AWS::EC2::VPCGatewayAttachment": attachment,
    "AWS::EC2::FlowLog": lambda n: one(client("ec2").describe_flow_logs(FlowLogIds=[n])["FlowLogs"])["ResourceId"],
    "AWS::ECR::Repository": lambda n: one(client("ecr").describe_repositories(repositoryNames=[n])["repositories"])["imageTagMutability"],
    "AWS::ECS::Cluster": lambda n: one(client("ecs").describe_clusters(clusters=[n])["clusters"])["status"],
    "AWS::ECS::Service": service,
    "AWS::ECS::TaskDefinition": lambda n: client("ecs").describe_task_definition(taskDefinition=n)["taskDefinition"]["status"],
    "AWS::EFS::AccessPoint": access_point,
    "AWS::EFS::FileSystem": lambda n: one(client("efs").describe_file_systems(FileSystemId=n)["FileSystems"])["LifeCycleState"],
    "AWS::EFS::MountTarget": lambda n: one(client("efs").describe_mount_targets(MountTargetId=n)["MountTargets"])["SubnetId"],
    "AWS::Events::Rule": rule,
    "AWS::IAM::Role": lambda n: f"{len(client('iam').list_role_policies(RoleName=n)['PolicyNames'])} policies",
    "AWS::KMS::Alias": lambda n: one([a for a in client("kms").list_aliases()["Aliases"] if a["AliasName"] == n])["TargetKeyId"],
    "AWS::KMS::Key": lambda n: client("kms").describe_key(KeyId=n)["KeyMetadata"]["KeyState"],
    "AWS::Lambda::EventSourceMapping": lambda n: client("lambda").get_event_source_mapping(UUID=n)["State"],
    "AWS::Lambda::Function": lambda n: client("lambda").get_function(FunctionName=n)["Configuration"]["Runtime"],
    "AWS::Lambda::Permission": permission,
    "AWS::Logs::LogGroup": log_group,
    "AWS::S3::Bucket": bucket,
    "AWS::SNS::Topic": lambda n: client("sns").get_topic_attributes(TopicArn=n)["Attributes"]["TopicArn"].split(":")[-1],
    "AWS::SQS::Queue": lambda n: "dead letters go on" if "RedrivePolicy" in client("sqs").get_queue_attributes(QueueUrl=n, AttributeNames=["All"])["Attributes"] else "there",
    "AWS::CloudWatch::Dashboard": lambda n: f"{len(json.loads(client('cloudwatch').get_dashboard(DashboardName=n)['DashboardBody'])['widgets'])} widgets",
}

for resource in json.load(sys.stdin):
    answer = {"logicalId": resource["logicalId"], "type": resource["type"]}
    check = CHECKS.get(resource["type"])
    try:
        if resource["type"] == "AWS::IAM::Policy":
            answer["found"] = policy(resource)
        else:
            answer["found"] = str(check(resource["physicalId"])) if check else None
    except Exception as error:  # noqa: BLE001 - whatever a service answers is what is to be told
        answer["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(answer))
