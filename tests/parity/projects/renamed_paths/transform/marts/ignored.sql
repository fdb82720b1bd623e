select {{ this is not even jinja
