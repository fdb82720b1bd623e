A policy that fails to run fails the command with 3, is named with its line, and stops no other policy.
fixture: shop failing
env: FLOE_VALIDATE_AS_OF=2026-11-21
needs: command:validate

$ floe validate --policy naming.layer_prefix --policy bad.raises

$ floe validate --policy bad.loops

$ floe validate --policy bad.eats_memory

$ floe validate --policy bad.raises --format json | sed -n '/"errors": \[/,/\]/p'

$ for name in not_lua returns_nothing unknown_module wrong_key; do mkdir -p broken/$name/policies/bad; printf 'name: broken\nversion: 0.1.0\n' > broken/$name/bundle.yaml; cp sources/$name.txt broken/$name/policies/bad/$name.lua; sed "s|../governance|../broken/$name|; /bad\./d" platform/manifest.yaml > platform/$name.yaml; sed "s|platform/manifest.yaml|platform/$name.yaml|" floe.yaml > floe.new; mkdir -p p/$name; cp -r models target dbt_project.yml p/$name; sed "s|platform/|../../platform/|" floe.new > p/$name/floe.yaml; done

$ floe validate p/not_lua

$ floe validate p/returns_nothing

$ floe validate p/unknown_module

$ floe validate p/wrong_key
