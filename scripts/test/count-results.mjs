/** Passed and failed tests of a vitest JSON report; a file that could not be loaded counts as one failure. */
export function countVitest(report) {
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
  return { passed: report.numPassedTests, failed: report.numFailedTests + brokenFiles }
}

/** Passed and failed tests of a Playwright JSON report: `flaky` passed at a repetition, which is no pass here. */
export function countPlaywright(report) {
  const { expected, unexpected, flaky } = report.stats
  return { passed: expected, failed: unexpected + flaky + (report.errors.length > 0 && unexpected === 0 ? 1 : 0) }
}
