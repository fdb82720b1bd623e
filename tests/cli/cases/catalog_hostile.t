What strangers wrote into a catalog reaches a terminal as text, whatever it is.
needs: command:catalog

$ python3 $TESTS/hostile_catalog.py catalog.db && floe catalog list --all --catalog catalog.db
sales.orders  \u{202e}1.0  git.example/\x1b[31mred  ::error::gone\n::set-output name=x::y  0 contracts
sales         -            no product owns it       -                                      -
1 product in catalog.db (sqlite)

$ floe catalog show sales.orders --catalog catalog.db --verbose
sales.orders \u{202e}1.0
  Repository:  git.example/\x1b[31mred
  Owner:       ::error::gone\n::set-output name=x::y
  Registered:  \x23#[group]now
  floe.contracts = [1, {}, "a"
  floe.product.owner = ::error::gone\n::set-output name=x::y
  floe.product.registered_at = \x23#[group]now
  floe.product.repo = git.example/\x1b[31mred
  floe.product.version = \u{202e}1.0
  \u{2066}key = \u{9b}31m
  Contracts:
    a\x1b[0m  ::debug::  -  \x07  -
  Tables:
    sales.orders.far  its metadata lies in a storage that this catalog does not read
      s3://\x1b[1mbucket/x
    sales.orders.folder  cannot read '/': it is a folder, not a file
      /
    sales.orders.zero  cannot read '/dev/zero': it is a device, not a file
      /dev/zero

$ floe catalog show sales.orders --catalog catalog.db --format json
{
  "schema": "floe.dev/catalog-product/v1",
  "catalog": {
    "type": "sqlite",
    "address": "catalog.db"
  },
  "id": "sales.orders",
  "version": "‮1.0",
  "repository": "git.example/\u001b[31mred",
  "owner": "::error::gone\n::set-output name=x::y",
  "registered_at": "\u0023#[group]now",
  "properties": {
    "floe.contracts": "[1, {}, \"a\"",
    "floe.product.owner": "::error::gone\n::set-output name=x::y",
    "floe.product.registered_at": "\u0023#[group]now",
    "floe.product.repo": "git.example/\u001b[31mred",
    "floe.product.version": "‮1.0",
    "⁦key": "31m"
  },
  "contracts": [
    {
      "name": "a\u001b[0m",
      "version": "::debug::",
      "status": null,
      "hash": "\u0007",
      "registered_at": null
    }
  ],
  "tables": [
    {
      "namespace": "sales.orders",
      "name": "far",
      "location": "s3://\u001b[1mbucket/x",
      "format": null,
      "columns": null,
      "snapshots": null,
      "problem": "its metadata lies in a storage that this catalog does not read"
    },
    {
      "namespace": "sales.orders",
      "name": "folder",
      "location": "/",
      "format": null,
      "columns": null,
      "snapshots": null,
      "problem": "cannot read '/': it is a folder, not a file"
    },
    {
      "namespace": "sales.orders",
      "name": "zero",
      "location": "/dev/zero",
      "format": null,
      "columns": null,
      "snapshots": null,
      "problem": "cannot read '/dev/zero': it is a device, not a file"
    }
  ]
}
