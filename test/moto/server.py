"""moto's server for the deployment test, with what stops it from taking a whole stack put right, and told.

moto skips resource types that its CloudFormation does not know, and then fails on whatever refers to them. Here such a
resource gets a name and an ARN and nothing else; each is printed as `SKIPPED <type> <logical id>`, and what is put right
as `MENDED …`. Nothing of the template is changed, and nothing of moto's services.
"""

import sys
from types import SimpleNamespace

import moto.cloudformation.parsing as parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.cloudformation.models import ChangeSet
from moto.core.common_models import CloudFormationModel
from moto.ecs.models import EC2ContainerServiceBackend
from moto.efs.models import AccessPoint, FileSystem
from moto.sqs.models import Queue


class Skipped(CloudFormationModel):
    # moto files its models by the second part of their module's name.
    __module__ = "moto.cloudformation.skipped"

    def __init__(self, name, account, region):
        self.name = name
        self.arn = f"arn:aws:skipped:{region}:{account}:{name}"

    @property
    def physical_resource_id(self):
        return self.name

    def get_cfn_attribute(self, name):
        return self.arn if name.endswith("Arn") else f"{self.name}.{name}"

    @staticmethod
    def cloudformation_name_type():
        return ""

    @staticmethod
    def cloudformation_type():
        return ""

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        print("SKIPPED", kwargs.get("ResourceType"), kwargs.get("LogicalId"), flush=True)
        return cls(resource_name, account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        pass

    def delete(self, account_id=None, region_name=None):
        pass


known_class = parsing.resource_class_from_type
parsing.resource_class_from_type = lambda kind: known_class(kind) or Skipped


def give_attributes(model, attributes):
    """Fn::GetAtt of a type whose class has the values and no way to give them."""

    def get(self, name):
        if name not in attributes:
            raise UnformattedGetAttTemplateException()
        return getattr(self, attributes[name])

    if not hasattr(model, "get_cfn_attribute"):
        print("MENDED Fn::GetAtt of", model.__name__, ", ".join(attributes), flush=True)
        model.get_cfn_attribute = get


give_attributes(FileSystem, {"Arn": "file_system_arn", "FileSystemId": "file_system_id"})
give_attributes(AccessPoint, {"Arn": "access_point_arn", "AccessPointId": "access_point_id"})

def refresh_outputs():
    """moto forgets the outputs of a stack that a change set has changed."""
    apply = ChangeSet.apply

    def apply_and_refresh(change_set):
        apply(change_set)
        stack = change_set.stack
        stack.template = change_set.template
        stack._parse_template()
        stack.output_map = stack._create_output_map()

    ChangeSet.apply = apply_and_refresh
    print("MENDED outputs of a stack after a change set", flush=True)


def finish_deletions():
    """moto deletes the parts of a network in an order that it then refuses; AWS deletes dependents first."""
    delete = parsing.ResourceMap.delete

    def delete_what_goes(resources):
        try:
            delete(resources)
        except Exception as error:
            print("NOT DELETED", error, flush=True)

    parsing.ResourceMap.delete = delete_what_goes
    print("MENDED deletion of a stack with a network", flush=True)


def give_queues_their_address(endpoint):
    """Ref of a queue is its URL, and clients send their calls there: AWS's own host would not be moto."""
    Queue.physical_resource_id = property(lambda queue: f"{endpoint}/{queue.account_id}/{queue.name}")
    print("MENDED Ref of a queue: an address where moto answers", flush=True)


def take_memory_of_task():
    """Without a limit of its own, a Fargate container has the task's; moto adds up nothing and breaks."""
    needs = EC2ContainerServiceBackend._calculate_task_resource_requirements

    def needs_of(definition):
        keys = {"memory", "Memory", "memoryReservation", "MemoryReservation"}
        containers = [c if keys & c.keys() else {**c, "memory": 0} for c in definition.container_definitions]
        return needs(SimpleNamespace(container_definitions=containers))

    EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(needs_of)
    print("MENDED RunTask of a container without a memory limit of its own", flush=True)


refresh_outputs()
finish_deletions()
take_memory_of_task()
give_queues_their_address(f"http://127.0.0.1:{sys.argv[-1]}")

if __name__ == "__main__":
    from moto.server import main

    main(sys.argv[1:])
