"""Types of single fields, for shapes: a notation of `inventory.fields` behind each."""

import datetime as dt
from typing import Annotated

from pydantic import Field, PlainValidator

from inventory import fields
from inventory.secrets import SecretReference

Id = Annotated[str, PlainValidator(fields.identifier)]
Text = Annotated[str, PlainValidator(fields.text)]
FilePath = Annotated[str, PlainValidator(fields.file_path)]
Ip4 = Annotated[str, PlainValidator(fields.ipv4)]
Ip6 = Annotated[str, PlainValidator(fields.ipv6)]
Addresses = Annotated[tuple[str, ...], PlainValidator(fields.addresses)]
OneAddress = Annotated[str, PlainValidator(fields.address)]
HostPort = Annotated[str, PlainValidator(fields.host_port)]
OldAddress = Annotated[str, PlainValidator(fields.old_address)]
Url = Annotated[str, PlainValidator(fields.url)]
Regex = Annotated[str, PlainValidator(fields.regex)]
Seconds = Annotated[float, PlainValidator(fields.duration_s)]
Speed = Annotated[int, PlainValidator(fields.speed_bps)]
Date = Annotated[dt.date, PlainValidator(fields.date)]
Secret = Annotated[SecretReference, PlainValidator(fields.secret)]
Port = Annotated[int, Field(ge=1, le=65535)]
Count = Annotated[int, Field(ge=1, le=10**9)]
Ratio = Annotated[float, Field(gt=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Quantity = Annotated[float, Field(ge=0)]
