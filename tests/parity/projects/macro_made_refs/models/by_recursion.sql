{{ chain(['one', 'two', 'three']) }}
