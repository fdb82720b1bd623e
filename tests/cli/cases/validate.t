floe validate prints the four steps, what was found, and one closing line.
fixture: shop
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate

$ floe validate --quiet

$ floe validate --policy documentation.model

$ floe validate --policy documentation.model --quiet

$ floe validate --enforce block --quiet

$ floe validate --policy documentation.modle

$ floe validate --verbose --policy naming.layer_prefix

$ FLOE_VALIDATE_POLICY=documentation.model,documentation.column FLOE_VALIDATE_QUIET=yes floe validate

$ floe validate --facts sources

$ floe validate --color always --policy documentation.column | cat -v | sed -n '/COLUMN/p;$p' | tail -n 1
