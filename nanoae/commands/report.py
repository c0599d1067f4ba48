"""`nanoae report`: a run's table and pictures again."""


def add(commands):
    report = commands.add_parser("report", help="a run's table and pictures again, from its files alone",
                                 description="Prints a run's table and draws its pictures again, from the files in its "
                                             "directory alone.")
    report.add_argument("run", metavar="RUN_DIR", help="the directory of a run")
    report.set_defaults(act=act)


def act(arguments):
    from ..runs import report
    print(*report(arguments.run), sep="\n")
    return 0
