//! Reads standard input and prints what refused: `aws ce get-tags 2>&1 | cargo run --example what_refused`.

use std::io::{Read, Result, stdin};

use aws_refusal::{Finder, RefusalKind};

fn main() -> Result<()> {
    let mut finder = Finder::default();
    let mut piece = vec![0; 64 << 10];
    loop {
        match stdin().read(&mut piece)? {
            0 => break,
            length => finder.push(&piece[..length]),
        }
    }
    for found in finder.finish() {
        match found.refusal.kind {
            RefusalKind::Policy(denial) => {
                let action = denial
                    .action
                    .as_deref()
                    .unwrap_or("an action without a name");
                println!("{action}: {:?} by {:?}", denial.effect, denial.layer);
            }
            kind => println!("{kind:?}: {}", found.refusal.message),
        }
    }
    Ok(())
}
