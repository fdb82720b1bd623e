select {{ own() }} as id
