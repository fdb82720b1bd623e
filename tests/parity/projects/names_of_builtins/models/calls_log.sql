{{ log('plain') }}
