{{ env_var('FLOE_PARITY_UNSET', 'x') }}
