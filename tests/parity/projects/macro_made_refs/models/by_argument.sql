{{ all_of(ref('one'), 'two', name=other_of('three')) }}
