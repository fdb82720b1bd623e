{{ ref('plain') }}
