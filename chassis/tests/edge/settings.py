"""Settings of the library's edge as a process of its own."""

from chassis.tests import settings as common

globals().update({name: value for name, value in vars(common).items() if name.isupper()})

ROOT_URLCONF = "chassis.tests.edge.urls"
