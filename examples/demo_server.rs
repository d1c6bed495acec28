//! Serves a made-up account until it is killed: `demo_server --account NAME [--delay-ms N]`.

use std::error::Error;
use std::time::Duration;

use fake_aws::{Fault, Faults, Responder};

fn main() -> Result<(), Box<dyn Error>> {
    let mut name = "healthy".to_owned();
    let mut delay = Duration::ZERO;
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        let value = arguments
            .next()
            .ok_or_else(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--account" => name = value,
            "--delay-ms" => delay = Duration::from_millis(value.parse()?),
            _ => {
                return Err(
                    format!("{option} is not known; there are --account and --delay-ms").into(),
                );
            }
        }
    }
    let account = fake_aws::account(&name).ok_or_else(|| format!("no account is called {name}"))?;
    let faults = Faults::none().everywhere(Fault::Delay(delay));
    let responder = Responder::start(account, faults)?;
    println!("{}", responder.url());
    loop {
        std::thread::park();
    }
}
