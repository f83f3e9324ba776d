/** Where the store holds no time that anybody could read. */
export const noTime = 'không đọc được';
