//! Any sequence of steps leaves the batch as the model says, and nothing behind.

use crate::count::live;
use crate::isolated;
use crate::model::compare;
use crate::operations::{Pair, Step, USERS, step};
use ds_apps::meta::capi::nvds_destroy_batch_meta;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Does the steps and compares after each; answers how many blocks are left.
fn run(steps: &[Step]) -> i64 {
    let before = live();
    let mut pair = Pair::new();
    for step in steps {
        pair.apply(step);
        // SAFETY: the batch is live.
        unsafe { compare(pair.batch, &pair.model) };
    }
    // SAFETY: nobody uses the batch any more.
    assert_eq!(unsafe { nvds_destroy_batch_meta(pair.batch) }, 1, "a pool is damaged");
    drop(pair);
    live() - before
}

#[test]
fn any_sequence_keeps_lists_counters_and_parents_and_leaks_nothing() {
    isolated("random::any_sequence_keeps_lists_counters_and_parents_and_leaks_nothing", || {
        let config = ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() };
        let steps = proptest::collection::vec(step(), 1..120);
        TestRunner::new(config)
            .run(&steps, |steps| {
                let left = run(&steps);
                prop_assert_eq!((left, USERS.get()), (0, 0), "blocks and user data left behind");
                Ok(())
            })
            .unwrap();
    });
}
