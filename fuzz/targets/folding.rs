//! Folded text: every folded character leads back to code points of the message, in order.

#![no_main]

use libfuzzer_sys::fuzz_target;
use understanding::text::{Folded, MAX_CODE_POINTS, fold};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let folded = Folded::new(&text);
    let original: Vec<char> = text.chars().take(MAX_CODE_POINTS).collect();
    assert_eq!(folded.original_len(), original.len());
    assert_eq!(folded.slice(0, folded.len()), fold(&text));
    let mut reached = 0;
    for at in 0..folded.len() {
        let (start, end) = folded.span(at, at + 1);
        assert!(reached <= start && start < end && end <= original.len(), "{at}: {start}..{end}");
        assert_eq!(folded.original(start, end), original[start..end].iter().collect::<String>());
        reached = start;
    }
    assert!(folded.chars.iter().all(|&c| c == '\n' || !c.is_control()));
});
