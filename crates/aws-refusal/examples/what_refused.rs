//! Reads standard input and prints what refused: `aws ce get-tags 2>&1 | cargo run --example what_refused`.

use std::io::{Read, Result, stdin};

use aws_refusal::{RefusalKind, find};

fn main() -> Result<()> {
    let mut bytes = Vec::new();
    stdin().read_to_end(&mut bytes)?;
    for found in find(&String::from_utf8_lossy(&bytes)) {
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
