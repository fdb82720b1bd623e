{{ metric('plain') }}
