export const noTime = 'unreadable';
