{{ spread('one', 'two', keyed='three') }}
