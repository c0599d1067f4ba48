"""`nanoae doctor`: what this machine has."""


def add(commands):
    doctor = commands.add_parser("doctor", help="what this machine has, and what to install",
                                 description="Lists versions, rungs and data sets found, and mends what is missing "
                                             "with one line each. Exits with 1 where something needed is missing.")
    doctor.set_defaults(act=act)


def act(arguments):
    from ..doctor import report
    return report()
