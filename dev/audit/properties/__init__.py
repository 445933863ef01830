"""What must hold of every order, whatever died on the way. Each is a function of the evidence, and of nothing else."""

from dev.audit.properties.declared import Property, Violation
from dev.audit.properties.ends import S3, S4
from dev.audit.properties.liveness import L1
from dev.audit.properties.messages import S7
from dev.audit.properties.money import S2
from dev.audit.properties.path import S8
from dev.audit.properties.promises import S5, S6
from dev.audit.properties.stock import S1

PROPERTIES = (S1, S2, S3, S4, S5, S6, S7, S8, L1)

__all__ = ["PROPERTIES", "Property", "Violation"]
