"""What a stack needs to be there before it: the code in a bucket, and its keys in a parameter."""

import json
from typing import Any

from botocore.exceptions import ClientError

from firstspawn.config import Secrets
from infra.deploy.package import Package
from infra.deploy.target import Target


def upload(target: Target, package: Package) -> tuple[str, str]:
    """Put code and template into the artifact bucket; return the bucket and the template's URL."""
    s3 = target.client("s3")
    account = target.client("sts").get_caller_identity()["Account"]
    bucket = f"{target.name}-artifacts-{account}"
    if not _exists(s3.head_bucket, Bucket=bucket):
        _create_bucket(s3, bucket, target.region)
    if not _exists(s3.head_object, Bucket=bucket, Key=package.code_key):
        s3.upload_file(str(package.archive), bucket, package.code_key)
    key = package.code_key.replace("code/", "template/").replace(".zip", ".json")
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(package.template).encode())
    base = target.endpoint or f"https://s3.{target.region}.amazonaws.com"
    return bucket, f"{base}/{bucket}/{key}"


def ensure_secrets(target: Target) -> None:
    """Generate the stack's keys on its first deployment; later ones never touch them."""
    ssm = target.client("ssm")
    try:
        ssm.put_parameter(
            Name=target.secrets_parameter,
            Value=Secrets.generate_json(),
            Type="SecureString",
            Overwrite=False,
        )
    except ssm.exceptions.ParameterAlreadyExists:
        return


def _create_bucket(s3: Any, bucket: str, region: str) -> None:
    where = {} if region == "us-east-1" else {"LocationConstraint": region}
    s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))
    s3.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )


def _exists(head: Any, **where: str) -> bool:
    try:
        head(**where)
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchBucket", "NoSuchKey", "NotFound"}:
            return False
        raise
    return True
