/** The result of a command in the form that was asked for: its text, or the document as JSON (2 spaces) or YAML. */
export async function resultText(
  format: 'text' | 'json' | 'yaml',
  { text, document }: { text: string; document: object },
): Promise<string> {
  if (format === 'text') return text;
  const { formatJson, formatYaml } = await import('../output/index.js');
  return format === 'json' ? `${formatJson(document)}\n` : formatYaml(document);
}
