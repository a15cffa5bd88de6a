"""Prints pnpm-lock.yaml as JSON: read_lock.py FILE"""

import json
import sys
import yaml

with open(sys.argv[1], encoding="utf-8") as file:
    # pnpm 11 may write two documents, of which the last counts. BaseLoader leaves every scalar a
    # string: in YAML 1.1 a package named `on` would otherwise be a boolean.
    documents = list(yaml.load_all(file, Loader=yaml.BaseLoader))
if not documents:
    sys.exit("the file is empty")
json.dump(documents[-1], sys.stdout)
