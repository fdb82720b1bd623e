What the commands about contracts print as JSON is what their published schemas say.
fixture: sync_versions
needs: command:contract
needs: python:jsonschema

$ check() { floe schema $1 > schema.json; shift; "$@" > out.json; code=$?; $PYTHON $TESTS/check_schema.py schema.json out.json && echo "exit $code, as published"; }; declare -f check > check.sh; check contract-list floe contract list --format json; check contract-problems floe contract validate --format json; check contract-kinds floe contract diff --kinds --format json; check contract floe contract show --format json
exit 0, as published
exit 0, as published
exit 0, as published
exit 0, as published

$ . ./check.sh; sed 's/version: 1.0.0/version: 1.0.1/; s/"varchar(2)"/char(1)/; s/name: phone/name: telephone/; /name: lonely/,+2d; s/required: true, description: "a/description: "a/; s/status: active/status: gone/' datacontract.yaml > new.yaml; check contract-diff floe contract diff datacontract.yaml new.yaml --format json; check contract-version floe contract validate-version datacontract.yaml new.yaml --format json; grep -c '"kind"' out.json; check contract-diff floe contract diff new.yaml datacontract.yaml --format json; check contract-version floe contract validate-version new.yaml datacontract.yaml --format json; check contract-diff floe contract diff new.yaml new.yaml --format json
exit 0, as published
exit 1, as published
9
exit 0, as published
exit 1, as published
exit 0, as published

$ . ./check.sh; printf 'name: orders\nversion: 1.0.0\nmodels: { orders: { elements: { id: { type: int }, at: { type: tmestamp } } } }\n' > simple.yaml; echo 'apiVersion: v3.9.0' > odd.yaml; printf 'apiVersion: v3.1.0\nkind: DataContract\nschema: [{name: 5, properties: {}}, 7]\n' > broken.yaml; check contract-problems floe contract validate simple.yaml odd.yaml broken.yaml --format json; check contract-list floe contract list simple.yaml odd.yaml broken.yaml --format json; check contract-diff floe contract diff simple.yaml broken.yaml --format json; check contract-version floe contract validate-version broken.yaml odd.yaml --format json
exit 1, as published
exit 0, as published
exit 0, as published
exit 1, as published
2> note: the form of 'simple.yaml' has 3 problems; 'floe contract validate' shows what
2> note: the form of 'broken.yaml' has 6 problems; 'floe contract validate' shows what
2> note: the form of 'broken.yaml' has 6 problems; 'floe contract validate' shows what
2> note: the form of 'odd.yaml' has 3 problems; 'floe contract validate' shows what

$ . ./check.sh; mkdir old new; cp simple.yaml old/; cp datacontract.yaml new/; sed -i '1i kind: DataContract' old/simple.yaml; check contract-diff floe contract diff old new --format json; check contract-version floe contract validate-version old new --format json
exit 0, as published
exit 1, as published
2> note: the form of 'old/simple.yaml' has 2 problems; 'floe contract validate' shows what
2> note: the form of 'old/simple.yaml' has 2 problems; 'floe contract validate' shows what
