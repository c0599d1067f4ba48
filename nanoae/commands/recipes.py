"""`nanoae recipes`: what can be run, and a recipe's settings."""


def add(commands):
    recipes = commands.add_parser("recipes", help="what can be run, one line each",
                                  description="Lists the recipes, one line each; with a name, that recipe's settings, "
                                              "their defaults and the values that they take.")
    recipes.add_argument("recipe", nargs="?", metavar="RECIPE", help="list this recipe's settings")
    recipes.set_defaults(act=act)


def act(arguments):
    from ..papers import PAPERS
    from ..recipes import RECIPES, get_recipe
    from ..results import show_settings
    if arguments.recipe is None:
        for name in RECIPES:
            print(f"{name:22} {get_recipe(name).about}")
        print(*("", *(f"paper {number}: {paper}" for number, paper in PAPERS.items())), sep="\n")
        return 0
    show_settings(get_recipe(arguments.recipe))
    return 0
