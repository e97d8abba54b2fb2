/** The name of the user and of the role behind a bot. */
export function botResourceName(botName: string): string {
  return `bot-${botName.replaceAll(' ', '-')}`;
}
