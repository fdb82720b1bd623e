floe waivers says of each waiver until when it holds and whether it is needed.
fixture: shop waived
env: FLOE_WAIVERS_AS_OF=2026-11-21
needs: command:waivers

$ floe waivers

$ floe waivers --unused

$ floe waivers --expiring 30

$ floe waivers --expiring 10 --quiet

$ floe waivers --format json --unused

$ floe waivers nowhere

$ floe validate --as-of 2026-11-21
