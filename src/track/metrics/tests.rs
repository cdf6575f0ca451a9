//! Scores of small made-up results, worked out by hand.

use super::*;
use crate::base::geometry::Rect;

fn row(frame: u32, id: i64, left: f32) -> MotRow {
    let rect = Rect { left, top: 0.0, width: 10.0, height: 10.0 };
    MotRow { frame, id, rect, confidence: 1.0, class_id: 1 }
}

fn scores(truth: &[MotRow], result: &[MotRow]) -> Scores {
    score(&Sequence::new(truth, result, Rules::default()))
}

#[test]
fn a_perfect_result_has_ones() {
    let rows: Vec<_> = (1..=5).flat_map(|frame| [row(frame, 1, 0.0), row(frame, 2, 50.0)]).collect();
    let perfect = Scores { hota: 1.0, deta: 1.0, assa: 1.0, mota: 1.0, idf1: 1.0, ..Scores::default() };
    let got = scores(&rows, &rows);
    assert!((got.hota - 1.0).abs() < 1e-12 && (got.assa - 1.0).abs() < 1e-12);
    assert_eq!(Scores { hota: 1.0, deta: 1.0, assa: 1.0, ..got }, perfect);
}

#[test]
fn a_change_of_identity_halfway_costs_half_the_association() {
    let truth: Vec<_> = (1..=4).map(|frame| row(frame, 1, 0.0)).collect();
    let result: Vec<_> = (1..=4).map(|frame| row(frame, if frame <= 2 { 7 } else { 8 }, 0.0)).collect();
    let got = scores(&truth, &result);
    assert_eq!((got.switches, got.false_positives, got.false_negatives), (1, 0, 0));
    assert_eq!((got.mota, got.idf1), (0.75, 0.5));
    // Each identity: 2 of 4 + 2 - 2 frames.
    assert!((got.deta - 1.0).abs() < 1e-12 && (got.assa - 0.5).abs() < 1e-12);
    assert!((got.hota - 0.5f64.sqrt()).abs() < 1e-12);
}

#[test]
fn misses_and_false_alarms_are_counted() {
    let truth = [row(1, 1, 0.0), row(2, 1, 0.0)];
    // Overlap a third in frame 2: below a half, so both a miss and a false alarm; HOTA finds it up to 0.30.
    let result = [row(1, 1, 0.0), row(2, 1, 5.0), row(2, 2, 500.0)];
    let got = scores(&truth, &result);
    assert_eq!((got.switches, got.false_positives, got.false_negatives), (0, 2, 1));
    assert_eq!((got.mota, got.idf1), (1.0 - 3.0 / 2.0, 2.0 / 5.0));
    let deta = (6.0 * 2.0 / 3.0 + 13.0 * 1.0 / 4.0) / 19.0;
    assert!((got.deta - deta).abs() < 1e-12, "{} {deta}", got.deta);
}

#[test]
fn classes_never_match_unless_a_file_has_none() {
    let truth = [row(1, 1, 0.0)];
    let other = [MotRow { class_id: 2, ..row(1, 1, 0.0) }];
    assert_eq!(scores(&truth, &other).false_positives, 1);
    let none = [MotRow { class_id: -1, ..row(1, 1, 0.0) }];
    assert_eq!(scores(&truth, &none).mota, 1.0);
}

#[test]
fn rows_with_flag_0_are_left_out_or_forgive() {
    let truth = [row(1, 1, 0.0), MotRow { confidence: 0.0, ..row(1, 2, 100.0) }];
    let result = [row(1, 1, 0.0), row(1, 2, 104.0), row(1, 3, 106.0)];
    let plain = scores(&truth, &result);
    assert_eq!((plain.false_positives, plain.false_negatives), (2, 0));
    let rules = Rules { ignore_regions: true, ..Rules::default() };
    assert_eq!(score(&Sequence::new(&truth, &result, rules)).false_positives, 1);
}

#[test]
fn nothing_at_all_scores_nothing() {
    assert_eq!(scores(&[], &[]), Scores::default());
    let got = scores(&[], &[row(1, 1, 0.0)]);
    assert_eq!((got.mota, got.false_positives), (0.0, 1));
}

#[test]
fn files_are_read_written_and_refused_by_line() {
    let rows = parse("1,3,10,20,30.5,40,0.9,2,-1\n\n 2 , -1, 0,0,1,1\n").unwrap();
    assert_eq!(rows[0].rect, Rect { left: 10.0, top: 20.0, width: 30.5, height: 40.0 });
    assert_eq!((rows[1].id, rows[1].class_id, rows[1].confidence), (-1, -1, 1.0));
    assert_eq!(parse(&write(&rows)).unwrap(), rows);
    let message = |text: &str| parse(text).unwrap_err().to_string();
    assert_eq!(
        message("1,2,3\n"),
        "line 1: 3 columns; expected frame,id,left,top,width,height and then confidence,class,visibility"
    );
    assert_eq!(message("1,1,0,0,1,1\n0,1,0,0,1,1\n"), "line 2: frame '0': expected a whole number from 1");
    assert!(message("1,1,0,0,-1,1").contains("width '-1'") && message("1,1,nan,0,1,1").contains("left 'nan'"));
    assert!(message("1,1,0,0,1,1,1,0.5").contains("class '0.5'"));
    assert_eq!(message("1,1,0,0,1,1\n1,1,5,0,1,1\n"), "line 2: id 1 of class -1 stands twice in frame 1");
}

proptest::proptest! {
    #[test]
    fn any_text_is_rows_or_a_message(text in "([0-9,. a-z-]{0,40}\n){0,10}") {
        if let Ok(rows) = parse(&text) {
            let got = scores(&rows, &rows);
            proptest::prop_assert!(got.mota <= 1.0 && got.hota.is_finite());
        }
    }
}
