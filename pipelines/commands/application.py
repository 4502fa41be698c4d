"""Which commands there are."""

import typer

from pipelines.commands import answers, comparing, loading, options, serving

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
app.callback()(options.remember)
app.command()(serving.demo)
app.command()(loading.ingest)
app.command()(loading.build)
app.command()(loading.backtest)
app.command()(loading.withdraw)
app.command()(loading.restore)
app.command()(serving.serve)
app.command()(answers.export)
app.command()(answers.status)
app.command("snapshots")(answers.snapshots_)
app.command()(comparing.diff)
