export const work = {
  title: 'Việc của tôi',
  empty: 'Hiện không có việc nào cần làm.',
  next: (task: string) => `Làm tiếp: ${task}`,
};
